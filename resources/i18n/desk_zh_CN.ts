<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>Composer</name>
    <message>
        <source>Question (Ctrl+1)</source>
        <translation>问 (Ctrl+1)</translation>
    </message>
    <message>
        <source>Answer (Ctrl+2)</source>
        <translation>答 (Ctrl+2)</translation>
    </message>
    <message>
        <source>Write what the microphones did not catch; Return enters it</source>
        <translation>补记话筒未听清的内容，按回车记入</translation>
    </message>
    <message>
        <source>Enter</source>
        <translation>记入</translation>
    </message>
</context>
<context>
    <name>CopyForm</name>
    <message>
        <source>Words to be covered, one per line</source>
        <translation>要涂黑的词语，每行一个</translation>
    </message>
    <message>
        <source>Found wherever they stand, also as spoken digits. Misheard words: tick the line (Space).</source>
        <translation>在哪里出现都会涂黑，用汉字说出的数字也算。识别有误的词语请勾选整行（空格键）。</translation>
    </message>
    <message>
        <source>Why is the copy made?</source>
        <translation>为什么制作副本？</translation>
    </message>
    <message>
        <source>Who approved it?</source>
        <translation>由谁批准？</translation>
    </message>
    <message>
        <source>Folder for the copy</source>
        <translation>副本存放的文件夹</translation>
    </message>
    <message>
        <source>Choose a folder…</source>
        <translation>选择文件夹…</translation>
    </message>
    <message>
        <source>Not asked for: the record is simulated</source>
        <translation>可不填：模拟记录</translation>
    </message>
    <message>
        <source>“%1” stands nowhere in this transcript; it may be mistyped.</source>
        <translation>笔录中找不到“%1”，可能写错了。</translation>
    </message>
    <message>
        <source>“%1” has no letter or digit that could be found.</source>
        <translation>“%1”里没有可查找的文字或数字。</translation>
    </message>
    <message>
        <source>Tick a line or write a word: nothing is covered yet.</source>
        <translation>还没有要涂黑的内容：请勾选一行或写一个词语。</translation>
    </message>
    <message>
        <source>A real record leaves only with a reason.</source>
        <translation>正式记录须写明原因才能生成副本。</translation>
    </message>
    <message>
        <source>A real record leaves only with the name of who approved it.</source>
        <translation>正式记录须写明批准人才能生成副本。</translation>
    </message>
    <message>
        <source>Choose the folder that the copy is written into.</source>
        <translation>请选择存放副本的文件夹。</translation>
    </message>
    <message>
        <source>A folder for the copy</source>
        <translation>选择存放副本的文件夹</translation>
    </message>
</context>
<context>
    <name>CopyPane</name>
    <message>
        <source>Back to the list (Esc)</source>
        <translation>返回列表 (Esc)</translation>
    </message>
    <message>
        <source>The sealed original stays whole and unchanged. The copy is made anew without what is covered; it names its original and says on every page that it is no evidence. Recordings, signatures and fingerprints are not in it.</source>
        <translation>封存的原件完整保留，不会有任何改动。副本另行生成，不含被涂黑的内容；每页都写明所依据的原件，并注明不是证据。录音录像、签名和指印不列入副本。</translation>
    </message>
    <message>
        <source>Only what is covered</source>
        <translation>只看有涂黑的</translation>
    </message>
    <message>
        <source>Make the copy (Ctrl+Enter)</source>
        <translation>生成副本 (Ctrl+Enter)</translation>
    </message>
    <message>
        <source>Open the folder</source>
        <translation>打开文件夹</translation>
    </message>
    <message>
        <source>Checking the sealed record</source>
        <translation>正在核对封存的记录</translation>
    </message>
    <message>
        <source>There is no line in this transcript.</source>
        <translation>这份笔录里没有内容。</translation>
    </message>
    <message>
        <source>Redacted working copy</source>
        <translation>涂黑工作副本</translation>
    </message>
    <message numerus="yes">
        <source>Places covered: %n</source>
        <translation>
            <numerusform>涂黑的位置：%n</numerusform>
        </translation>
    </message>
    <message>
        <source>The copy lies in %1</source>
        <translation>副本位于 %1</translation>
    </message>
    <message>
        <source>Making the copy</source>
        <translation>正在生成副本</translation>
    </message>
    <message>
        <source>The folder lies among the sealed records, to which nothing is added; no copy was made. Choose another folder.</source>
        <translation>这个文件夹在封存记录之中，那里不能增加任何内容；没有生成副本，请换一个文件夹。</translation>
    </message>
    <message>
        <source>Cancelled: no copy was made and nothing was left in the folder.</source>
        <translation>已取消：没有生成副本，文件夹里没有留下任何内容。</translation>
    </message>
    <message>
        <source>The redacted working copy lies in %1; the original is unchanged.</source>
        <translation>涂黑工作副本位于 %1；原件没有改动。</translation>
    </message>
    <message>
        <source>This machine shows no folders. The copy lies in %1</source>
        <translation>本机不能打开文件夹窗口。副本位于 %1</translation>
    </message>
    <message>
        <source>Original (ticked: covered whole)</source>
        <translation>原件（勾选：整行涂黑）</translation>
    </message>
    <message>
        <source>As the copy will say it</source>
        <translation>副本中的样子</translation>
    </message>
</context>
<context>
    <name>Correction</name>
    <message>
        <source>As it stands</source>
        <translation>现在的记载</translation>
    </message>
    <message>
        <source>As the person wants it</source>
        <translation>按要求改为</translation>
    </message>
    <message>
        <source>At the request of</source>
        <translation>要求更正的人</translation>
    </message>
    <message>
        <source>Correct</source>
        <translation>更正</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
</context>
<context>
    <name>CustodyLine</name>
    <message>
        <source>The end of the custody log is not yet at the center, tried since %1.</source>
        <translation>保管日志的末端尚未送达中心，自 %1 起一直在尝试。</translation>
    </message>
</context>
<context>
    <name>DeviceCheck</name>
    <message>
        <source>Device check</source>
        <translation>设备检查</translation>
    </message>
    <message>
        <source>Check again</source>
        <translation>重新检查</translation>
    </message>
    <message>
        <source>Investigator</source>
        <translation>讯问人</translation>
    </message>
    <message>
        <source>Suspect</source>
        <translation>被讯问人</translation>
    </message>
    <message>
        <source>Record 5 seconds and play them back</source>
        <translation>试录 5 秒并回放</translation>
    </message>
    <message>
        <source>Say a sentence at each microphone and listen to it.</source>
        <translation>请分别对两个话筒说一句话，再听回放。</translation>
    </message>
    <message>
        <source>Ready</source>
        <translation>正常</translation>
    </message>
    <message>
        <source>Look at this</source>
        <translation>请注意</translation>
    </message>
    <message>
        <source>Not ready</source>
        <translation>未就绪</translation>
    </message>
    <message>
        <source>Recording: please speak now.</source>
        <translation>正在试录，请说话。</translation>
    </message>
    <message>
        <source>Playing back. Loudest: investigator %1 dBFS, suspect %2 dBFS.</source>
        <translation>正在回放。最大音量：讯问人 %1 dBFS，被讯问人 %2 dBFS。</translation>
    </message>
    <message>
        <source>Recorded, but there is no loudspeaker to play it. Loudest: investigator %1 dBFS, suspect %2 dBFS.</source>
        <translation>已试录，但没有扬声器可以回放。最大音量：讯问人 %1 dBFS，被讯问人 %2 dBFS。</translation>
    </message>
    <message>
        <source>One microphone heard almost nothing. Nothing is lost yet: check its switch and cable, then record the five seconds again.</source>
        <translation>有一个话筒几乎没有声音。目前没有任何损失：请检查话筒开关和连线，再试录五秒。</translation>
    </message>
</context>
<context>
    <name>DifferenceCard</name>
    <message>
        <source>Take over</source>
        <translation>采用</translation>
    </message>
    <message>
        <source>Keep draft</source>
        <translation>保留原稿</translation>
    </message>
    <message>
        <source>The draft has no line here.</source>
        <translation>原稿此处没有内容。</translation>
    </message>
    <message>
        <source>Several lines stand here: put them right by hand.</source>
        <translation>此处有多行，请手工核对。</translation>
    </message>
</context>
<context>
    <name>ExhibitsTab</name>
    <message>
        <source>%1 (on the tablet now)</source>
        <translation>%1（正在平板上出示）</translation>
    </message>
    <message>
        <source>No exhibit was shown yet.</source>
        <translation>尚未出示证据材料。</translation>
    </message>
    <message>
        <source>Show a file on the tablet</source>
        <translation>在平板上出示文件</translation>
    </message>
    <message>
        <source>Take it off the tablet</source>
        <translation>从平板上撤下</translation>
    </message>
    <message>
        <source>Exhibit to show on the tablet</source>
        <translation>选择要在平板上出示的材料</translation>
    </message>
    <message>
        <source>Pictures and documents (*.png *.jpg *.jpeg *.pdf)</source>
        <translation>图片和文档 (*.png *.jpg *.jpeg *.pdf)</translation>
    </message>
</context>
<context>
    <name>FilmPane</name>
    <message>
        <source>Back to the list (Esc)</source>
        <translation>返回列表 (Esc)</translation>
    </message>
    <message>
        <source>Above: investigator</source>
        <translation>上：讯问人</translation>
    </message>
    <message>
        <source>Below: suspect</source>
        <translation>下：被讯问人</translation>
    </message>
    <message>
        <source>10 s (J)</source>
        <translation>后退 10 秒 (J)</translation>
    </message>
    <message>
        <source>10 s (L)</source>
        <translation>前进 10 秒 (L)</translation>
    </message>
    <message>
        <source>Speed</source>
        <translation>播放速度</translation>
    </message>
    <message>
        <source>Lines</source>
        <translation>笔录</translation>
    </message>
    <message>
        <source>Opening the record</source>
        <translation>正在打开记录</translation>
    </message>
    <message>
        <source>Reading the film</source>
        <translation>正在读取录像</translation>
    </message>
    <message>
        <source>Halt (Space)</source>
        <translation>停住 (空格)</translation>
    </message>
    <message>
        <source>Play (Space)</source>
        <translation>播放 (空格)</translation>
    </message>
    <message>
        <source>There is no loudspeaker: the film plays without sound. Connect one to hear it.</source>
        <translation>没有可用的扬声器，录像正在无声播放；接上扬声器即可听到声音。</translation>
    </message>
</context>
<context>
    <name>Guidance</name>
    <message>
        <source>There is no guidance for this offence.</source>
        <translation>该罪名没有讯问提纲。</translation>
    </message>
    <message>
        <source>Touched in an answer</source>
        <translation>供述中已涉及</translation>
    </message>
    <message>
        <source>Not touched yet</source>
        <translation>尚未涉及</translation>
    </message>
</context>
<context>
    <name>InterviewPage</name>
    <message>
        <source>Interview</source>
        <translation>讯问</translation>
    </message>
    <message>
        <source>Go to read-back</source>
        <translation>进入核对</translation>
    </message>
    <message>
        <source>Investigator</source>
        <translation>讯问人</translation>
    </message>
    <message>
        <source>Suspect</source>
        <translation>被讯问人</translation>
    </message>
    <message>
        <source>Bookmark (Ctrl+B)</source>
        <translation>标记 (Ctrl+B)</translation>
    </message>
    <message>
        <source>Break (Ctrl+P)</source>
        <translation>休息 (Ctrl+P)</translation>
    </message>
    <message>
        <source>Exhibit (Ctrl+E)</source>
        <translation>出示证据 (Ctrl+E)</translation>
    </message>
    <message>
        <source>End the break</source>
        <translation>结束休息</translation>
    </message>
    <message>
        <source>Guide</source>
        <translation>提纲</translation>
    </message>
    <message>
        <source>Exhibits</source>
        <translation>证据</translation>
    </message>
    <message>
        <source>People</source>
        <translation>人员</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>日志</translation>
    </message>
    <message>
        <source>Again</source>
        <translation>复听</translation>
    </message>
    <message numerus="yes">
        <source>Lines: %n</source>
        <translation>
            <numerusform>共 %n 条</numerusform>
        </translation>
    </message>
    <message>
        <source>Suspended, nothing is recorded</source>
        <translation>已中止，未在录制</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>恢复</translation>
    </message>
    <message>
        <source>Suspend</source>
        <translation>中止</translation>
    </message>
    <message>
        <source>Break: %1. Recording goes on.</source>
        <translation>休息：%1。录音录像继续。</translation>
    </message>
    <message>
        <source>Choose a line first.</source>
        <translation>请先选中一条记录。</translation>
    </message>
    <message>
        <source>Put the cursor where to split, then press Ctrl+Return.</source>
        <translation>把光标放到要拆分的位置，再按 Ctrl+回车。</translation>
    </message>
    <message>
        <source>Bookmark %1</source>
        <translation>标记 %1</translation>
    </message>
    <message>
        <source>What happened in the break? Ask whether the case was spoken of.</source>
        <translation>休息期间有何情况？请问明期间是否谈及案情。</translation>
    </message>
    <message>
        <source>Why does the interrogation go on now?</source>
        <translation>现在恢复讯问的原因是什么？</translation>
    </message>
    <message>
        <source>Why is it suspended? Recording stops and the gap stands in the record.</source>
        <translation>为什么中止？录制将停止，空缺会如实记录在案。</translation>
    </message>
    <message>
        <source>The last sound is being transcribed and the pages are being laid out.</source>
        <translation>正在转写最后一段录音并排版笔录。</translation>
    </message>
    <message>
        <source>The pages are ready. They stand on the tablet now.</source>
        <translation>笔录已排好，正显示在平板上。</translation>
    </message>
</context>
<context>
    <name>LineTools</name>
    <message>
        <source>Play</source>
        <translation>播放</translation>
    </message>
    <message>
        <source>Play the line (Space, or a click on it)</source>
        <translation>播放这一条（空格，或单击）</translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>编辑</translation>
    </message>
    <message>
        <source>Edit the line (F2, or a double click)</source>
        <translation>编辑这一条（F2，或双击）</translation>
    </message>
    <message>
        <source>Split</source>
        <translation>拆分</translation>
    </message>
    <message>
        <source>Split the line at the cursor (Ctrl+Return)</source>
        <translation>在光标处拆分（Ctrl+回车）</translation>
    </message>
    <message>
        <source>Merge</source>
        <translation>合并</translation>
    </message>
    <message>
        <source>Merge with the next line (Ctrl+M)</source>
        <translation>与下一条合并 (Ctrl+M)</translation>
    </message>
    <message>
        <source>Swap</source>
        <translation>换人</translation>
    </message>
    <message>
        <source>Give the line to the other speaker (Ctrl+T)</source>
        <translation>改为另一方所说 (Ctrl+T)</translation>
    </message>
    <message>
        <source>As digits</source>
        <translation>显示数字</translation>
    </message>
    <message>
        <source>Show numbers as digits; the text stays as it was heard</source>
        <translation>将数目显示为阿拉伯数字，文字仍按听到的保存</translation>
    </message>
</context>
<context>
    <name>LogTab</name>
    <message>
        <source>Recording began, take %1</source>
        <translation>开始录制，第 %1 段</translation>
    </message>
    <message>
        <source>Pre-roll of %1 ends: the interrogation was begun here</source>
        <translation>预录 %1 至此，讯问自此开始</translation>
    </message>
    <message>
        <source>Objection: %1</source>
        <translation>异议：%1</translation>
    </message>
    <message>
        <source>Gap of %1 in %2</source>
        <translation>%2 缺失 %1</translation>
    </message>
    <message>
        <source>Nothing has happened yet.</source>
        <translation>尚无事项。</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>Shilu</source>
        <translation>实录</translation>
    </message>
    <message>
        <source>The person objected. It stands in the record in their words; see the log.</source>
        <translation>被讯问人提出异议，已按其原话记录在案，详见日志。</translation>
    </message>
</context>
<context>
    <name>ModelRow</name>
    <message>
        <source>%1 (used in this room)</source>
        <translation>%1（本室使用）</translation>
    </message>
    <message>
        <source>%1 MB</source>
        <translation>%1 MB</translation>
    </message>
    <message>
        <source>For demonstration: it understands a synthetic voice only.</source>
        <translation>仅供演示：只听得懂合成语音。</translation>
    </message>
    <message>
        <source>Try on this machine</source>
        <translation>在本机试听</translation>
    </message>
</context>
<context>
    <name>ModelsCard</name>
    <message>
        <source>Speech models</source>
        <translation>语音模型</translation>
    </message>
    <message>
        <source>Import a model folder</source>
        <translation>导入模型文件夹</translation>
    </message>
    <message>
        <source>There is no speech model here. Import one.</source>
        <translation>本机没有语音模型，请导入。</translation>
    </message>
    <message>
        <source>Folder of the model</source>
        <translation>模型文件夹</translation>
    </message>
    <message>
        <source>Importing the model</source>
        <translation>正在导入模型</translation>
    </message>
    <message>
        <source>The model was checked and copied in.</source>
        <translation>模型已校验并导入。</translation>
    </message>
    <message>
        <source>Trying %1 on this machine</source>
        <translation>正在本机试听 %1</translation>
    </message>
</context>
<context>
    <name>NameHint</name>
    <message>
        <source>“%1” sounds like “%2”, a name of this case.</source>
        <translation>“%1”与本案姓名“%2”读音相近。</translation>
    </message>
    <message>
        <source>Write “%1”</source>
        <translation>写作“%1”</translation>
    </message>
</context>
<context>
    <name>NoticeBar</name>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Nothing needs your attention.</source>
        <translation>没有需要处理的事项。</translation>
    </message>
    <message>
        <source>Something unexpected happened and was written to the log. Recording is not affected and nothing accepted is lost. Please repeat the last step.</source>
        <translation>发生意外情况，已写入日志。录制不受影响，已确认的内容没有丢失。请重做上一步。</translation>
    </message>
</context>
<context>
    <name>PaperPrintWindow</name>
    <message>
        <source>Print the transcript</source>
        <translation>打印笔录</translation>
    </message>
    <message>
        <source>Printer</source>
        <translation>打印机</translation>
    </message>
    <message>
        <source>Copies</source>
        <translation>份数</translation>
    </message>
    <message>
        <source>to</source>
        <translation>至</translation>
    </message>
    <message>
        <source>All pages</source>
        <translation>全部页</translation>
    </message>
    <message>
        <source>from page </source>
        <translation>从第 </translation>
    </message>
    <message>
        <source>Print</source>
        <translation>打印</translation>
    </message>
    <message>
        <source>Before</source>
        <translation>上一页</translation>
    </message>
    <message>
        <source>Next</source>
        <translation>下一页</translation>
    </message>
    <message>
        <source>Printed at true size, from the file as it stands: nothing is scaled or added.</source>
        <translation>按原尺寸打印现有文件：不缩放，不添加任何内容。</translation>
    </message>
    <message>
        <source>Page %1 of %2</source>
        <translation>第 %1 页，共 %2 页</translation>
    </message>
    <message>
        <source>The pages cannot be shown, so they are not printed.</source>
        <translation>页面无法显示，因此不能打印。</translation>
    </message>
    <message>
        <source>No printer is set up on this machine. Ask whoever looks after it.</source>
        <translation>本机没有设置打印机，请联系设备管理人员。</translation>
    </message>
    <message>
        <source>Drawing the pages</source>
        <translation>正在绘制页面</translation>
    </message>
    <message>
        <source>Handing them to the printer</source>
        <translation>正在交给打印机</translation>
    </message>
    <message>
        <source>The printer has the transcript.</source>
        <translation>笔录已交给打印机。</translation>
    </message>
</context>
<context>
    <name>PaperView</name>
    <message>
        <source>The page is being drawn</source>
        <translation>正在绘制页面</translation>
    </message>
</context>
<context>
    <name>ParticipantRow</name>
    <message>
        <source>Name</source>
        <translation>姓名</translation>
    </message>
    <message>
        <source>Unit</source>
        <translation>单位</translation>
    </message>
    <message>
        <source>Number</source>
        <translation>编号</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>备注</translation>
    </message>
    <message>
        <source>Take this participant out of the form</source>
        <translation>从表中移除此人</translation>
    </message>
</context>
<context>
    <name>Participants</name>
    <message>
        <source>Add a participant</source>
        <translation>添加参加人员</translation>
    </message>
</context>
<context>
    <name>PeopleTab</name>
    <message>
        <source>Nobody is named yet.</source>
        <translation>尚未填写人员。</translation>
    </message>
</context>
<context>
    <name>PersonForm</name>
    <message>
        <source>Name</source>
        <translation>姓名</translation>
    </message>
    <message>
        <source>ID number</source>
        <translation>证件号码</translation>
    </message>
    <message>
        <source>Date of birth</source>
        <translation>出生日期</translation>
    </message>
    <message>
        <source>Ethnicity</source>
        <translation>民族</translation>
    </message>
    <message>
        <source>Education</source>
        <translation>文化程度</translation>
    </message>
    <message>
        <source>Occupation</source>
        <translation>职业</translation>
    </message>
    <message>
        <source>Registered residence</source>
        <translation>户籍所在地</translation>
    </message>
    <message>
        <source>Present address</source>
        <translation>现住址</translation>
    </message>
    <message>
        <source>Contact</source>
        <translation>联系方式</translation>
    </message>
    <message>
        <source>Arrived at</source>
        <translation>到达时间</translation>
    </message>
    <message>
        <source>ID document</source>
        <translation>证件种类</translation>
    </message>
    <message>
        <source>Sex</source>
        <translation>性别</translation>
    </message>
    <message>
        <source>Language spoken</source>
        <translation>使用语言</translation>
    </message>
    <message>
        <source>Age</source>
        <translation>年龄</translation>
    </message>
    <message>
        <source>Deputy of a people&apos;s congress or CPPCC member</source>
        <translation>人大代表或政协委员</translation>
    </message>
    <message>
        <source>Deaf or mute</source>
        <translation>聋哑人</translation>
    </message>
    <message>
        <source>Male</source>
        <translation>男</translation>
    </message>
    <message>
        <source>Female</source>
        <translation>女</translation>
    </message>
    <message>
        <source>Chinese</source>
        <translation>汉语</translation>
    </message>
    <message>
        <source>English</source>
        <translation>英语</translation>
    </message>
    <message>
        <source>Other</source>
        <translation>其他</translation>
    </message>
    <message>
        <source>%1, under 18</source>
        <translation>%1 岁，未成年</translation>
    </message>
    <message>
        <source>The check digit does not fit this number.</source>
        <translation>号码校验位不符。</translation>
    </message>
</context>
<context>
    <name>PhaseRail</name>
    <message>
        <source>Shilu</source>
        <translation>实录</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>首页</translation>
    </message>
    <message>
        <source>Records</source>
        <translation>记录</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message numerus="yes">
        <source>%n things are missing</source>
        <translation>
            <numerusform>还缺 %n 项</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Picture</name>
    <message>
        <source>No picture yet</source>
        <translation>暂无画面</translation>
    </message>
    <message>
        <source>Click the small picture to see it large</source>
        <translation>点击小画面，可与大画面互换</translation>
    </message>
</context>
<context>
    <name>PinBar</name>
    <message>
        <source>The PIN goes to the token once and is kept nowhere. Wrong ones may lock it.</source>
        <translation>密码只交给介质一次，不作任何保存。多次输错可能锁定介质。</translation>
    </message>
    <message>
        <source>Log in to the token</source>
        <translation>登录介质</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
</context>
<context>
    <name>PrepareForm</name>
    <message>
        <source>Case number</source>
        <translation>案件编号</translation>
    </message>
    <message>
        <source>Case name</source>
        <translation>案件名称</translation>
    </message>
    <message>
        <source>Suspected offence</source>
        <translation>涉嫌罪名</translation>
    </message>
    <message>
        <source>Place, as printed in the header</source>
        <translation>讯问地点（按笔录格式填写）</translation>
    </message>
    <message>
        <source>Why not in a center&apos;s room</source>
        <translation>不在办案场所讯问的原因</translation>
    </message>
    <message>
        <source>Why no appropriate adult can be present</source>
        <translation>合适成年人无法到场的原因</translation>
    </message>
    <message>
        <source>Names and words of this case, for recognition</source>
        <translation>本案人名、地名等（用于语音识别）</translation>
    </message>
    <message>
        <source>Procedure and case</source>
        <translation>程序与案件</translation>
    </message>
    <message>
        <source>Person questioned</source>
        <translation>被讯问人</translation>
    </message>
    <message>
        <source>Participants</source>
        <translation>参加人员</translation>
    </message>
    <message>
        <source>Place and vocabulary</source>
        <translation>地点与词汇</translation>
    </message>
    <message>
        <source>Procedure</source>
        <translation>程序</translation>
    </message>
    <message>
        <source>Number of times</source>
        <translation>第几次</translation>
    </message>
    <message>
        <source>In an interrogation room of a case-handling center</source>
        <translation>在执法办案场所的讯问室内</translation>
    </message>
    <message>
        <source>The person declared in writing to need no interpreter</source>
        <translation>本人书面声明不需要翻译</translation>
    </message>
</context>
<context>
    <name>PreparePage</name>
    <message>
        <source>Prepare</source>
        <translation>准备</translation>
    </message>
    <message>
        <source>Start recording and show the rights</source>
        <translation>开始录制并告知权利</translation>
    </message>
    <message>
        <source>Abandon</source>
        <translation>放弃</translation>
    </message>
    <message>
        <source>No interrogation is open. Begin one on the Start page.</source>
        <translation>没有打开的讯问，请在首页新建。</translation>
    </message>
    <message>
        <source>Fixed since recording began.</source>
        <translation>录制开始后不再更改。</translation>
    </message>
    <message>
        <source>Record %1</source>
        <translation>记录编号 %1</translation>
    </message>
    <message>
        <source>Still needed:</source>
        <translation>还需要：</translation>
    </message>
    <message>
        <source>The form is complete.</source>
        <translation>表格已填写完整。</translation>
    </message>
    <message>
        <source>Nothing to start yet.</source>
        <translation>暂无可开始的讯问。</translation>
    </message>
    <message>
        <source>Pre-roll runs: what is said and seen now is held in memory, never more than the last %1 seconds. Start makes all of it the beginning of the recording; without a start it is forgotten.</source>
        <translation>预录进行中：此刻的声音和图像只存于内存，最多为最近 %1 秒。开始录制后，它们全部成为录制的开头；不开始则全部丢弃。</translation>
    </message>
    <message>
        <source>This room keeps a pre-roll: when the devices are checked, the last %1 seconds before Start are held in memory and join the recording. Tell everyone present.</source>
        <translation>本讯问室设有预录：设备检查完成后，开始前最近 %1 秒的声音和图像将存于内存，并计入录制。请告知在场人员。</translation>
    </message>
    <message>
        <source>Recording has not begun: something is missing. The field is marked.</source>
        <translation>尚未开始录制：有内容缺失，已标出相应栏目。</translation>
    </message>
    <message>
        <source>Starting: cameras and microphones are being opened.</source>
        <translation>正在开始：正在打开摄像头和话筒。</translation>
    </message>
    <message>
        <source>Recording runs from Start on: no pre-roll was held. Tell everyone present, then show the rights notice to the person.</source>
        <translation>录制已从开始时起进行：没有保留预录。请告知在场人员，再向本人出示权利义务告知书。</translation>
    </message>
    <message>
        <source>Recording runs. Show the rights notice to the person now.</source>
        <translation>录制已开始。请向被讯问人告知权利义务。</translation>
    </message>
    <message>
        <source>Why is this interrogation abandoned?</source>
        <translation>放弃本次讯问的原因是什么？</translation>
    </message>
</context>
<context>
    <name>PrintWindow</name>
    <message>
        <source>Print</source>
        <translation>打印</translation>
    </message>
    <message>
        <source>The page cannot be printed. The record itself is untouched.</source>
        <translation>无法打印此页，记录本身没有任何改变。</translation>
    </message>
    <message>
        <source>The printers are being asked for.</source>
        <translation>正在查找打印机。</translation>
    </message>
    <message>
        <source>No printer is set up on this machine. Save the page as PDF.</source>
        <translation>本机未设置打印机。请将页面另存为 PDF。</translation>
    </message>
    <message>
        <source>The printer is being given the page.</source>
        <translation>正在将此页交给打印机。</translation>
    </message>
</context>
<context>
    <name>ReadBackPage</name>
    <message>
        <source>Read-back</source>
        <translation>核对</translation>
    </message>
    <message>
        <source>Ask further questions</source>
        <translation>继续讯问</translation>
    </message>
    <message>
        <source>The person agrees</source>
        <translation>本人确认无误</translation>
    </message>
    <message>
        <source>The person said here, not on the tablet, that it is as spoken.</source>
        <translation>本人当面（而非在平板上）表示与所说相符。</translation>
    </message>
    <message>
        <source>Go to signing</source>
        <translation>进入签名</translation>
    </message>
    <message>
        <source>Before</source>
        <translation>上一页</translation>
    </message>
    <message>
        <source>Next</source>
        <translation>下一页</translation>
    </message>
    <message>
        <source>Print</source>
        <translation>打印</translation>
    </message>
    <message>
        <source>Choose the line the person wants corrected</source>
        <translation>选择本人要求更正的一条</translation>
    </message>
    <message>
        <source>Reading time</source>
        <translation>阅读时间</translation>
    </message>
    <message>
        <source>Page %1 of %2</source>
        <translation>第 %1 页，共 %2 页</translation>
    </message>
    <message>
        <source>End reading aloud</source>
        <translation>结束宣读</translation>
    </message>
    <message>
        <source>Read aloud</source>
        <translation>宣读</translation>
    </message>
    <message>
        <source>Page %1</source>
        <translation>第 %1 页</translation>
    </message>
    <message>
        <source>not read yet</source>
        <translation>尚未阅读</translation>
    </message>
    <message>
        <source>read aloud</source>
        <translation>已宣读</translation>
    </message>
</context>
<context>
    <name>ReasonBar</name>
    <message>
        <source>It enters the record as written here</source>
        <translation>将按此处文字记录在案</translation>
    </message>
    <message>
        <source>Enter in the record</source>
        <translation>记入记录</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
</context>
<context>
    <name>Receipt</name>
    <message>
        <source>Record</source>
        <translation>记录编号</translation>
    </message>
    <message>
        <source>Room</source>
        <translation>讯问室</translation>
    </message>
    <message>
        <source>Began</source>
        <translation>开始</translation>
    </message>
    <message>
        <source>Ended</source>
        <translation>结束</translation>
    </message>
    <message>
        <source>Pages</source>
        <translation>页数</translation>
    </message>
    <message>
        <source>Receipt for a sealed interrogation record</source>
        <translation>讯问记录封存回执</translation>
    </message>
    <message>
        <source>These 64 characters stand for the whole record: sound, picture, transcript and marks. Whoever shows you the record later can be asked to show the same characters.</source>
        <translation>这 64 个字符代表整份记录：录音、录像、笔录和签名捺印。日后任何人向您出示该记录，您都可以要求其出示相同的字符。</translation>
    </message>
</context>
<context>
    <name>Records</name>
    <message>
        <source>Sealed</source>
        <translation>封存时间</translation>
    </message>
    <message>
        <source>Case</source>
        <translation>案件</translation>
    </message>
    <message>
        <source>Case number</source>
        <translation>案件编号</translation>
    </message>
    <message>
        <source>Person</source>
        <translation>被讯问人</translation>
    </message>
    <message>
        <source>Length</source>
        <translation>时长</translation>
    </message>
    <message>
        <source>Pages</source>
        <translation>页数</translation>
    </message>
    <message>
        <source>Checked</source>
        <translation>校验</translation>
    </message>
    <message>
        <source>Delivery</source>
        <translation>送交</translation>
    </message>
    <message>
        <source>Verified</source>
        <translation>校验通过</translation>
    </message>
    <message>
        <source>Not checked</source>
        <translation>未校验</translation>
    </message>
    <message>
        <source>Not valid</source>
        <translation>校验不符</translation>
    </message>
</context>
<context>
    <name>RecordsPage</name>
    <message>
        <source>Records</source>
        <translation>记录</translation>
    </message>
    <message>
        <source>Case number, name or record number</source>
        <translation>案件编号、姓名或记录编号</translation>
    </message>
    <message>
        <source>Verify</source>
        <translation>校验</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>导出</translation>
    </message>
    <message>
        <source>Look and listen</source>
        <translation>回放</translation>
    </message>
    <message>
        <source>Films (working copies)</source>
        <translation>导出录像（工作副本）</translation>
    </message>
    <message>
        <source>Print the transcript</source>
        <translation>打印笔录</translation>
    </message>
    <message>
        <source>Redacted working copy…</source>
        <translation>涂黑工作副本…</translation>
    </message>
    <message numerus="yes">
        <source>Records: %n</source>
        <translation>
            <numerusform>共 %n 份</numerusform>
        </translation>
    </message>
    <message>
        <source>No record fits this search.</source>
        <translation>没有符合条件的记录。</translation>
    </message>
    <message>
        <source>No record was sealed on this workstation yet.</source>
        <translation>本机尚无封存的记录。</translation>
    </message>
    <message>
        <source>Verifying</source>
        <translation>正在校验</translation>
    </message>
    <message>
        <source>The record is whole: every file is as it was sealed.</source>
        <translation>记录完整：每个文件都与封存时一致。</translation>
    </message>
    <message>
        <source>Why is this record handed out?</source>
        <translation>为何提供这份记录？</translation>
    </message>
    <message>
        <source>Who approved that it is handed out?</source>
        <translation>由谁批准提供？</translation>
    </message>
    <message>
        <source>A folder for the films</source>
        <translation>选择存放录像的文件夹</translation>
    </message>
    <message>
        <source>Writing the films</source>
        <translation>正在写出录像</translation>
    </message>
    <message numerus="yes">
        <source>Films written and read back: %n. They are working copies.</source>
        <translation>
            <numerusform>已写出并回读核对录像 %n 个，均为工作副本。</numerusform>
        </translation>
    </message>
    <message>
        <source>Export the record to a folder, a ZIP or discs</source>
        <translation>将记录导出为文件夹、ZIP 或光盘映像</translation>
    </message>
    <message>
        <source>ZIP file (*.zip)</source>
        <translation>ZIP 文件 (*.zip)</translation>
    </message>
    <message>
        <source>Disc image (*.iso)</source>
        <translation>光盘映像 (*.iso)</translation>
    </message>
    <message>
        <source>Folder (*)</source>
        <translation>文件夹 (*)</translation>
    </message>
    <message>
        <source>Exporting</source>
        <translation>正在导出</translation>
    </message>
    <message>
        <source>The copy was written, read back and verified.</source>
        <translation>副本已写入、回读并校验。</translation>
    </message>
</context>
<context>
    <name>Replay</name>
    <message>
        <source>There is no loudspeaker to play this line. Recording goes on. Connect one and click the line again.</source>
        <translation>没有扬声器可以播放这一条。录制仍在继续。请接上扬声器后再点一次。</translation>
    </message>
    <message>
        <source>Playback %1</source>
        <translation>回放 %1</translation>
    </message>
</context>
<context>
    <name>RightsPage</name>
    <message>
        <source>Rights</source>
        <translation>权利告知</translation>
    </message>
    <message>
        <source>Language of the notice</source>
        <translation>告知书语言</translation>
    </message>
    <message>
        <source>Begin the interview</source>
        <translation>开始讯问</translation>
    </message>
    <message>
        <source>This is what stands on the tablet</source>
        <translation>平板上正显示此页</translation>
    </message>
    <message>
        <source>Page before</source>
        <translation>上一页</translation>
    </message>
    <message>
        <source>Next page</source>
        <translation>下一页</translation>
    </message>
    <message>
        <source>How long each page stood</source>
        <translation>各页显示时间</translation>
    </message>
    <message>
        <source>Acknowledgement</source>
        <translation>确认</translation>
    </message>
    <message>
        <source>Let the person sign on the tablet</source>
        <translation>请本人在平板上签名</translation>
    </message>
    <message>
        <source>Note that the person refuses</source>
        <translation>记明本人拒绝确认</translation>
    </message>
    <message>
        <source>Page %1 of %2</source>
        <translation>第 %1 页，共 %2 页</translation>
    </message>
    <message>
        <source>Page %1</source>
        <translation>第 %1 页</translation>
    </message>
    <message>
        <source>not shown yet</source>
        <translation>尚未显示</translation>
    </message>
    <message>
        <source>read aloud</source>
        <translation>已宣读</translation>
    </message>
    <message>
        <source>The person has not answered yet.</source>
        <translation>本人尚未表示。</translation>
    </message>
    <message>
        <source>The person refused to acknowledge. Reason noted: %1</source>
        <translation>本人拒绝确认，已记明原因：%1</translation>
    </message>
    <message>
        <source>Acknowledged by hand.</source>
        <translation>本人已签名确认。</translation>
    </message>
    <message>
        <source>Why does the person refuse to acknowledge the notice?</source>
        <translation>本人拒绝确认告知书的原因是什么？</translation>
    </message>
</context>
<context>
    <name>Screens</name>
    <message>
        <source>The person&apos;s display is gone. Recording goes on and nothing is lost. Connect it again and restart the desk, or go on with this display for both.</source>
        <translation>被讯问人一侧的显示屏已断开。录制仍在继续，没有任何损失。请重新连接并重启工作台，或用本屏继续。</translation>
    </message>
</context>
<context>
    <name>SealPage</name>
    <message>
        <source>Seal</source>
        <translation>封存</translation>
    </message>
    <message>
        <source>What sealing does</source>
        <translation>封存步骤</translation>
    </message>
    <message>
        <source>Recording ends, everything is signed together and checked as a stranger would check it. After that nothing in the record can be changed by anybody.</source>
        <translation>录制结束，全部内容一并签章，并按第三方的方式校验。此后任何人都不能更改记录内容。</translation>
    </message>
    <message>
        <source>Sealed and checked</source>
        <translation>已封存并校验</translation>
    </message>
    <message>
        <source>Root digest of the record</source>
        <translation>记录根摘要</translation>
    </message>
    <message>
        <source>The person takes these characters along. They stand for the whole record.</source>
        <translation>请将这些字符交给本人，它们代表整份记录。</translation>
    </message>
    <message>
        <source>Print the receipt</source>
        <translation>打印回执</translation>
    </message>
    <message>
        <source>Save it as PDF</source>
        <translation>另存为 PDF</translation>
    </message>
    <message>
        <source>Print the transcript</source>
        <translation>打印笔录</translation>
    </message>
    <message>
        <source>Close and go to Start</source>
        <translation>关闭并回到首页</translation>
    </message>
    <message>
        <source>Seal again</source>
        <translation>重新封存</translation>
    </message>
    <message>
        <source>End recording and seal</source>
        <translation>结束录制并封存</translation>
    </message>
    <message>
        <source>The record is sealed and was checked. Give the receipt now.</source>
        <translation>记录已封存并校验，请交付回执。</translation>
    </message>
    <message>
        <source>Record %1, pages: %2, from %3 to %4.</source>
        <translation>记录编号 %1，共 %2 页，%3 至 %4。</translation>
    </message>
    <message>
        <source>Its time is proven by a time-stamping authority.</source>
        <translation>封存时间已由时间戳机构证明。</translation>
    </message>
    <message>
        <source>No time-stamping authority answered; the center&apos;s receipt dates it.</source>
        <translation>没有时间戳机构应答；时间以中心回执为准。</translation>
    </message>
    <message>
        <source>Why is the transcript printed?</source>
        <translation>为什么打印笔录？</translation>
    </message>
    <message>
        <source>Who approved that it is handed out?</source>
        <translation>由谁批准提供？</translation>
    </message>
    <message>
        <source>Save the receipt</source>
        <translation>保存回执</translation>
    </message>
</context>
<context>
    <name>SecondTab</name>
    <message>
        <source>The best model here hears everything again; recording is not touched.</source>
        <translation>由本机最好的模型重新听写一遍，录制不受影响。</translation>
    </message>
    <message>
        <source>Hear again</source>
        <translation>开始复听</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Both hearings agree, or every difference is settled.</source>
        <translation>两次听写一致，或差异均已处理。</translation>
    </message>
    <message>
        <source>Nothing was heard a second time yet.</source>
        <translation>尚未复听。</translation>
    </message>
    <message>
        <source>%1 of %2, by %3</source>
        <translation>%1 / %2，%3</translation>
    </message>
</context>
<context>
    <name>SettingsPage</name>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>Display and language</source>
        <translation>显示与语言</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>语言</translation>
    </message>
    <message>
        <source>Look</source>
        <translation>外观</translation>
    </message>
    <message>
        <source>Room and devices</source>
        <translation>讯问室与设备</translation>
    </message>
    <message>
        <source>Center</source>
        <translation>中心</translation>
    </message>
    <message>
        <source>Address of the center</source>
        <translation>中心地址</translation>
    </message>
    <message>
        <source>One-time code</source>
        <translation>一次性登记码</translation>
    </message>
    <message>
        <source>Enroll</source>
        <translation>登记</translation>
    </message>
    <message>
        <source>Set by the room&apos;s technician in %1; read when the desk starts.</source>
        <translation>由技术人员在 %1 中设定，工作台启动时读取。</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>浅色</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>深色</translation>
    </message>
    <message>
        <source>Real proceedings</source>
        <translation>正式办案</translation>
    </message>
    <message>
        <source>Simulation</source>
        <translation>模拟演练</translation>
    </message>
    <message>
        <source>Room</source>
        <translation>讯问室</translation>
    </message>
    <message>
        <source>Place</source>
        <translation>地点</translation>
    </message>
    <message>
        <source>Unit</source>
        <translation>单位</translation>
    </message>
    <message>
        <source>Used for</source>
        <translation>用途</translation>
    </message>
    <message>
        <source>Microphone</source>
        <translation>话筒</translation>
    </message>
    <message>
        <source>Cameras</source>
        <translation>摄像头</translation>
    </message>
    <message>
        <source>Climate sensor</source>
        <translation>温湿度传感器</translation>
    </message>
    <message>
        <source>Pre-roll</source>
        <translation>预录</translation>
    </message>
    <message>
        <source>Media folder</source>
        <translation>录像目录</translation>
    </message>
    <message>
        <source>Second media folder</source>
        <translation>第二录像目录</translation>
    </message>
    <message>
        <source>Fingerprint pad</source>
        <translation>指纹仪</translation>
    </message>
    <message>
        <source>not set</source>
        <translation>未设定</translation>
    </message>
    <message>
        <source>Not enrolled. Records stay here, sealed, until this workstation is.</source>
        <translation>尚未登记。登记之前，封存的记录保存在本机。</translation>
    </message>
    <message>
        <source>Enrolled and linked: %1</source>
        <translation>已登记并连接：%1</translation>
    </message>
    <message>
        <source>Enrolled, but it does not answer now: %1</source>
        <translation>已登记，但目前没有应答：%1</translation>
    </message>
    <message>
        <source>Enter the center&apos;s address and the one-time code.</source>
        <translation>请填写中心地址和一次性登记码。</translation>
    </message>
    <message>
        <source>This workstation is enrolled. Records are delivered now.</source>
        <translation>本机已登记，记录开始送交。</translation>
    </message>
</context>
<context>
    <name>SignPage</name>
    <message>
        <source>Sign</source>
        <translation>签名</translation>
    </message>
    <message>
        <source>Back to read-back</source>
        <translation>返回核对</translation>
    </message>
    <message>
        <source>A correction made there voids the marks on the pages it changes.</source>
        <translation>在核对中更正后，被更改页上的签名捺印作废。</translation>
    </message>
    <message>
        <source>Go to sealing</source>
        <translation>进入封存</translation>
    </message>
    <message>
        <source>In this order</source>
        <translation>按此顺序签名</translation>
    </message>
    <message>
        <source>Recording is not healthy, so nobody can sign now. Marks given so far are kept. Cure what the strip above shows; signing opens by itself.</source>
        <translation>录制不正常，现在不能签名。已有的签名捺印均已保留。请排除上方所示故障，恢复后即可继续签名。</translation>
    </message>
    <message>
        <source>Page %1, with the marks given so far</source>
        <translation>第 %1 页，含已有签名捺印</translation>
    </message>
    <message>
        <source>Note that this person refuses</source>
        <translation>记明此人拒绝签名</translation>
    </message>
    <message>
        <source>Sign with this officer&apos;s token</source>
        <translation>用该民警的证书介质签名</translation>
    </message>
    <message>
        <source>With the token of %1</source>
        <translation>使用 %1 的证书介质</translation>
    </message>
    <message>
        <source>Go on without the token</source>
        <translation>不用介质继续</translation>
    </message>
    <message>
        <source>Refused: %1</source>
        <translation>拒绝：%1</translation>
    </message>
    <message numerus="yes">
        <source>Fields left: %n</source>
        <translation>
            <numerusform>还有 %n 处</numerusform>
        </translation>
    </message>
    <message>
        <source>Signed</source>
        <translation>已签名</translation>
    </message>
    <message>
        <source>Page %1, closing sentence</source>
        <translation>第 %1 页，亲笔意见</translation>
    </message>
    <message>
        <source>Page %1, signature and fingerprint</source>
        <translation>第 %1 页，签名捺印</translation>
    </message>
    <message>
        <source>Page %1, signature</source>
        <translation>第 %1 页，签名</translation>
    </message>
    <message>
        <source>on the tablet now</source>
        <translation>正在平板上签</translation>
    </message>
    <message>
        <source>Take it back</source>
        <translation>收回</translation>
    </message>
    <message>
        <source>Give to the tablet</source>
        <translation>交到平板上签</translation>
    </message>
    <message>
        <source>PIN of the token of %1</source>
        <translation>%1 的证书介质密码</translation>
    </message>
    <message>
        <source>Why does this person refuse to sign?</source>
        <translation>此人拒绝签名的原因是什么？</translation>
    </message>
</context>
<context>
    <name>StartFailure</name>
    <message>
        <source>Shilu</source>
        <translation>实录</translation>
    </message>
    <message>
        <source>The desk cannot open</source>
        <translation>工作台无法打开</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
</context>
<context>
    <name>StartPage</name>
    <message>
        <source>Start</source>
        <translation>首页</translation>
    </message>
    <message>
        <source>New interrogation</source>
        <translation>新的讯问</translation>
    </message>
    <message>
        <source>Your name, as it enters the record</source>
        <translation>您的姓名（记录在案）</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>姓名</translation>
    </message>
    <message>
        <source>Prepare a new interrogation</source>
        <translation>准备新的讯问</translation>
    </message>
    <message>
        <source>Nothing is recorded until the form is complete and you press Start.</source>
        <translation>表格填写完整并点击开始之前，不会录制任何内容。</translation>
    </message>
    <message>
        <source>Find a record</source>
        <translation>查找记录</translation>
    </message>
    <message>
        <source>Case number, name or record number</source>
        <translation>案件编号、姓名或记录编号</translation>
    </message>
    <message>
        <source>Find</source>
        <translation>查找</translation>
    </message>
    <message>
        <source>Unfinished on this workstation</source>
        <translation>本机未完成的讯问</translation>
    </message>
    <message>
        <source>No interrogation is open here. Begin a new one on the left.</source>
        <translation>没有未完成的讯问，可在左侧新建。</translation>
    </message>
</context>
<context>
    <name>StatePane</name>
    <message>
        <source>Loading</source>
        <translation>正在载入</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
</context>
<context>
    <name>StripDetail</name>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>%1. Left channel: investigator %2 dBFS; right: suspect %3 dBFS.</source>
        <translation>%1。左声道：讯问人 %2 dBFS；右声道：被讯问人 %3 dBFS。</translation>
    </message>
    <message>
        <source>This name stands beside everything done at this desk. Change it on Start.</source>
        <translation>此姓名会记在本工作台的每一项操作旁，可在首页更改。</translation>
    </message>
    <message>
        <source>%1: healthy, %2 GB free, room for %3 hours.</source>
        <translation>%1：正常，剩余 %2 GB，可录 %3 小时。</translation>
    </message>
    <message>
        <source>%1: %2 safely on disk in %3 fragments.</source>
        <translation>%1：%2 已安全写盘，共 %3 个片段。</translation>
    </message>
    <message>
        <source>Nothing is being recorded.</source>
        <translation>没有在录制。</translation>
    </message>
    <message>
        <source>%1: at most %2 hours, in a grave and complex case %3 hours. Began %4.</source>
        <translation>%1：最长 %2 小时，案情重大复杂的 %3 小时。开始于 %4。</translation>
    </message>
    <message>
        <source>Model %1, %2 s behind. Sound is on disk first: nothing is skipped, however far behind.</source>
        <translation>模型 %1，滞后 %2 秒。录音先写盘：无论滞后多少，都不会漏听。</translation>
    </message>
    <message>
        <source>This workstation is not enrolled. Records stay here, sealed, until it is.</source>
        <translation>本机尚未登记。登记之前，封存的记录保存在本机。</translation>
    </message>
    <message>
        <source>%1 answers. Waiting for delivery: %2.</source>
        <translation>%1 连接正常，待送交 %2 项。</translation>
    </message>
    <message>
        <source>%1 does not answer. Work goes on; waiting for delivery: %2.</source>
        <translation>%1 没有应答。工作照常进行，待送交 %2 项。</translation>
    </message>
    <message>
        <source>The clock was not compared with the center&apos;s yet.</source>
        <translation>尚未与中心核对时钟。</translation>
    </message>
    <message>
        <source>This clock differs from the center&apos;s by %1 s.</source>
        <translation>本机时钟与中心相差 %1 秒。</translation>
    </message>
</context>
<context>
    <name>TaskBar</name>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
</context>
<context>
    <name>TimeLine</name>
    <message>
        <source>Time line of the recording</source>
        <translation>录制时间轴</translation>
    </message>
    <message>
        <source>Click to go there; turn the wheel to see more or less</source>
        <translation>点击可跳到该处，滚轮可缩放</translation>
    </message>
    <message>
        <source>Pre-roll %1 s</source>
        <translation>预录 %1 秒</translation>
    </message>
</context>
<context>
    <name>TopStrip</name>
    <message>
        <source>Recording</source>
        <translation>录制中</translation>
    </message>
    <message>
        <source>Legal time left</source>
        <translation>法定时限</translation>
    </message>
    <message>
        <source>Media left</source>
        <translation>存储余量</translation>
    </message>
    <message>
        <source>Microphones</source>
        <translation>话筒</translation>
    </message>
    <message>
        <source>Camera</source>
        <translation>摄像头</translation>
    </message>
    <message>
        <source>Transcription</source>
        <translation>转写</translation>
    </message>
    <message>
        <source>Center</source>
        <translation>中心</translation>
    </message>
    <message>
        <source>Signed in</source>
        <translation>当前民警</translation>
    </message>
    <message>
        <source>Nobody</source>
        <translation>未填写</translation>
    </message>
    <message>
        <source>%1 h</source>
        <translation>%1 小时</translation>
    </message>
    <message>
        <source>Trouble</source>
        <translation>故障</translation>
    </message>
    <message>
        <source>%1 running</source>
        <translation>%1 路正常</translation>
    </message>
    <message>
        <source>Lost</source>
        <translation>已中断</translation>
    </message>
    <message>
        <source>Not recording yet</source>
        <translation>尚未开始录制</translation>
    </message>
    <message>
        <source>Pre-roll %1 s</source>
        <translation>预录 %1 秒</translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation>已停止</translation>
    </message>
    <message>
        <source>%1 s behind</source>
        <translation>滞后 %1 秒</translation>
    </message>
    <message>
        <source>Not enrolled</source>
        <translation>未登记</translation>
    </message>
    <message>
        <source>Linked</source>
        <translation>已连接</translation>
    </message>
    <message numerus="yes">
        <source>Linked, %n left</source>
        <translation>
            <numerusform>已连接，待传 %n</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Offline, %n left</source>
        <translation>
            <numerusform>未连接，待传 %n</numerusform>
        </translation>
    </message>
    <message>
        <source>Clock</source>
        <translation>时钟</translation>
    </message>
    <message>
        <source>Clock %1 s</source>
        <translation>时钟 %1 秒</translation>
    </message>
    <message>
        <source>%1 of %2 h</source>
        <translation>剩 %1 / %2 小时</translation>
    </message>
</context>
<context>
    <name>TranscriptDelegate</name>
    <message>
        <source>listening</source>
        <translation>识别中</translation>
    </message>
</context>
<context>
    <name>UnfinishedRow</name>
    <message>
        <source>The recorder is still running in this room. Return to the interrogation.</source>
        <translation>本室录制仍在进行，请返回讯问。</translation>
    </message>
    <message>
        <source>Return</source>
        <translation>返回</translation>
    </message>
    <message>
        <source>Opened %1, phase: %2</source>
        <translation>%1 打开，阶段：%2</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>继续</translation>
    </message>
</context>
<context>
    <name>Words</name>
    <message>
        <source>Investigator</source>
        <translation>讯问人</translation>
    </message>
    <message>
        <source>Clerk</source>
        <translation>记录人</translation>
    </message>
    <message>
        <source>Person questioned</source>
        <translation>被讯问人</translation>
    </message>
    <message>
        <source>Appropriate adult</source>
        <translation>合适成年人</translation>
    </message>
    <message>
        <source>Interpreter</source>
        <translation>翻译人员</translation>
    </message>
    <message>
        <source>Counsel</source>
        <translation>律师</translation>
    </message>
    <message>
        <source>Q</source>
        <translation>问</translation>
    </message>
    <message>
        <source>A</source>
        <translation>答</translation>
    </message>
    <message>
        <source>Ad</source>
        <translation>成</translation>
    </message>
    <message>
        <source>In</source>
        <translation>译</translation>
    </message>
    <message>
        <source>Co</source>
        <translation>律</translation>
    </message>
    <message>
        <source>heard</source>
        <translation>识别</translation>
    </message>
    <message>
        <source>heard again</source>
        <translation>再次识别</translation>
    </message>
    <message>
        <source>typed</source>
        <translation>录入</translation>
    </message>
    <message>
        <source>template</source>
        <translation>模板</translation>
    </message>
    <message>
        <source>pasted</source>
        <translation>粘贴</translation>
    </message>
    <message>
        <source>corrected</source>
        <translation>更正</translation>
    </message>
    <message>
        <source>Criminal interrogation</source>
        <translation>刑事讯问</translation>
    </message>
    <message>
        <source>Administrative inquiry</source>
        <translation>行政询问</translation>
    </message>
    <message>
        <source>Witness or victim inquiry</source>
        <translation>证人、被害人询问</translation>
    </message>
    <message>
        <source>Prepare</source>
        <translation>准备</translation>
    </message>
    <message>
        <source>Rights</source>
        <translation>权利告知</translation>
    </message>
    <message>
        <source>Interview</source>
        <translation>讯问</translation>
    </message>
    <message>
        <source>Suspended</source>
        <translation>中止</translation>
    </message>
    <message>
        <source>Read-back</source>
        <translation>核对</translation>
    </message>
    <message>
        <source>Sign</source>
        <translation>签名</translation>
    </message>
    <message>
        <source>Seal</source>
        <translation>封存</translation>
    </message>
    <message>
        <source>Abandoned</source>
        <translation>已放弃</translation>
    </message>
    <message>
        <source>Meal</source>
        <translation>用餐</translation>
    </message>
    <message>
        <source>Rest</source>
        <translation>休息</translation>
    </message>
    <message>
        <source>Talk with counsel</source>
        <translation>会见律师</translation>
    </message>
    <message>
        <source>Medical care</source>
        <translation>就医</translation>
    </message>
    <message>
        <source>Microphones</source>
        <translation>话筒</translation>
    </message>
    <message>
        <source>Camera</source>
        <translation>摄像头</translation>
    </message>
    <message>
        <source>Temperature and humidity</source>
        <translation>温湿度</translation>
    </message>
    <message>
        <source>Media folders</source>
        <translation>录像存储</translation>
    </message>
    <message>
        <source>Clock</source>
        <translation>时钟</translation>
    </message>
    <message>
        <source>Signing key</source>
        <translation>签章密钥</translation>
    </message>
    <message>
        <source>Speech model</source>
        <translation>语音模型</translation>
    </message>
    <message>
        <source>Signing pads</source>
        <translation>签名捺印设备</translation>
    </message>
    <message>
        <source>Center</source>
        <translation>中心</translation>
    </message>
    <message>
        <source>Investigator&apos;s microphone</source>
        <translation>讯问人话筒</translation>
    </message>
    <message>
        <source>Suspect&apos;s microphone</source>
        <translation>被讯问人话筒</translation>
    </message>
    <message>
        <source>Microphone channel 1</source>
        <translation>话筒第 1 声道</translation>
    </message>
    <message>
        <source>Microphone channel 2</source>
        <translation>话筒第 2 声道</translation>
    </message>
    <message>
        <source>Microphone</source>
        <translation>话筒</translation>
    </message>
    <message>
        <source>Camera %1</source>
        <translation>摄像头 %1</translation>
    </message>
    <message>
        <source>Gather sound and picture</source>
        <translation>汇集录音录像</translation>
    </message>
    <message>
        <source>Write transcript and lists</source>
        <translation>生成笔录与清单</translation>
    </message>
    <message>
        <source>Compute digests</source>
        <translation>计算摘要</translation>
    </message>
    <message>
        <source>Sign with the workstation key</source>
        <translation>用本机密钥签章</translation>
    </message>
    <message>
        <source>Ask for a time stamp</source>
        <translation>申请时间戳</translation>
    </message>
    <message>
        <source>Check the sealed record</source>
        <translation>校验封存记录</translation>
    </message>
    <message>
        <source>Enter it in the records list</source>
        <translation>登记到记录列表</translation>
    </message>
    <message>
        <source>Kept here</source>
        <translation>保存在本机</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>等待送交</translation>
    </message>
    <message>
        <source>Being delivered</source>
        <translation>正在送交</translation>
    </message>
    <message>
        <source>Receipt awaited</source>
        <translation>等待回执</translation>
    </message>
    <message>
        <source>Receipt verified</source>
        <translation>回执已核验</translation>
    </message>
    <message>
        <source>Rejected</source>
        <translation>被退回</translation>
    </message>
    <message>
        <source>Enter the case number or name</source>
        <translation>填写案件编号或名称</translation>
    </message>
    <message>
        <source>Enter the person&apos;s name</source>
        <translation>填写被讯问人姓名</translation>
    </message>
    <message>
        <source>Correct the ID number</source>
        <translation>更正证件号码</translation>
    </message>
    <message>
        <source>Add a second investigator</source>
        <translation>讯问人须有二人</translation>
    </message>
    <message>
        <source>Name every participant</source>
        <translation>填写全部参加人员姓名</translation>
    </message>
    <message>
        <source>Say why this place</source>
        <translation>说明地点原因</translation>
    </message>
    <message>
        <source>Add the appropriate adult</source>
        <translation>添加合适成年人</translation>
    </message>
    <message>
        <source>Add the interpreter</source>
        <translation>添加翻译人员</translation>
    </message>
    <message>
        <source>Rights notice not yet acknowledged</source>
        <translation>尚未确认权利告知</translation>
    </message>
    <message>
        <source>End the break first</source>
        <translation>请先结束休息</translation>
    </message>
    <message>
        <source>The person has not confirmed the read-back</source>
        <translation>本人尚未确认核对</translation>
    </message>
    <message>
        <source>Not every page was read</source>
        <translation>尚有页面未读</translation>
    </message>
    <message>
        <source>Recording is not healthy, nobody can sign</source>
        <translation>录制不正常，不能签名</translation>
    </message>
    <message>
        <source>Signatures are missing</source>
        <translation>签名尚未完成</translation>
    </message>
    <message>
        <source>Give a reason</source>
        <translation>请说明原因</translation>
    </message>
    <message>
        <source>Finish the phase before</source>
        <translation>请先完成前一阶段</translation>
    </message>
</context>
</TS>
